// Access tokens that end soon, signed as the server signs its own: tests know its secret. So what is tested is the server's
// own clock that closes sockets and refuses requests, without a wait of a quarter of an hour.
import { createHash, createHmac } from 'node:crypto';

const secret = process.env.PLAZA_SECRET;

function key() {
  if (!secret) throw new Error('PLAZA_SECRET is the secret of the server under test');
  const purpose = 'access token';
  const root = createHash('sha256').update(secret).update('\0').update(purpose).digest();
  return createHmac('sha256', root).update(purpose).digest();
}

/** The same token, but good for so many seconds only. */
function shortened({ accessToken, ...rest }, seconds) {
  const [head, body] = accessToken.split('.');
  const ends = Math.floor(Date.now() / 1_000) + seconds;
  const payload = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), exp: ends };
  const text = `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  const sign = createHmac('sha256', key()).update(text).digest('base64url');
  return { ...rest, accessToken: `${text}.${sign}`, accessTokenExpiresAt: new Date(ends * 1_000).toISOString() };
}

/** Lets every token that comes to pages of a context end after so many seconds. Returns what was seen of them. */
export async function shortTokens(context, seconds) {
  const seen = { refreshed: 0, refused: 0, access: null };
  await context.route('**/graphql', async (route) => {
    const text = route.request().postData() ?? '';
    const name = ['sessionRefresh', 'signIn'].find((one) => text.includes(`${one}(`));
    if (!name) return route.fallback();
    // A page that is closed meanwhile waits for nothing.
    const response = await route.fetch().catch(() => null);
    const body = await response?.json().catch(() => null);
    if (!body) return undefined;
    const { tokens } = body.data[name];
    if (name === 'sessionRefresh') seen[tokens ? 'refreshed' : 'refused'] += 1;
    if (tokens) body.data[name].tokens = shortened(tokens, seconds);
    seen.access = body.data[name].tokens?.accessToken ?? seen.access;
    return route.fulfill({ response, json: body }).catch(() => undefined);
  });
  return seen;
}
