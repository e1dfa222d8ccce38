// The bar: which store, which page, whether the page is live. On a phone the pages stand at the bottom, under the thumb.
import './Bar.css';
import { Link, useLocation } from 'wouter';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useUnread } from '../talks/inbox';
import { ConnectionState } from './ConnectionState';
import { useCounter } from './counter-context';
import { Icon, type IconName } from './Icon';
import { SettingsMenu, SoundSwitch } from './Settings';

export function Bar() {
  const t = useWords();
  const { viewer, store } = useCounter();
  return (
    <header className="bar">
      <div className="bar__place">
        <Icon name="mark" className="bar__mark" />
        <StoreChoice />
      </div>
      <nav className="bar__pages" aria-label={t.nav.label}>
        {store && <Page to={`/s/${store.handle}/orders`} icon="board" label={t.nav.board} />}
        {store && <Page to={`/s/${store.handle}/today`} icon="today" label={t.nav.today} />}
        <TalksLink />
        {viewer.role === 'ADMIN' && <Page to="/operations" icon="operations" label={t.nav.operations} />}
      </nav>
      <div className="bar__state">
        <ConnectionState />
        <SoundSwitch />
        <SettingsMenu name={viewer.user.displayName} />
      </div>
    </header>
  );
}

function Page({ to, icon, label, unread = 0 }: { to: string; icon: IconName; label: string; unread?: number }) {
  const t = useWords();
  const format = useFormats();
  const [location] = useLocation();
  const here = location === to || location.startsWith(`${to}/`);
  return (
    <Link href={to} className="bar__page" aria-current={here ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
      {unread > 0 && (
        <span className="badge">
          <span aria-hidden="true">{unread > 99 ? '99+' : format.number(unread)}</span>
          <span className="unseen">{t.talks.unread(unread, format.number(unread))}</span>
        </span>
      )}
    </Link>
  );
}

function TalksLink() {
  const t = useWords();
  const { inbox } = useCounter();
  const unread = useUnread(inbox);
  return <Page to="/messages" icon="talks" label={t.nav.talks} unread={unread} />;
}

function StoreChoice() {
  const t = useWords();
  const { viewer, store } = useCounter();
  const [, go] = useLocation();
  if (viewer.stores.length < 2) return <span className="bar__store">{store?.name ?? t.app.name}</span>;
  return (
    <label className="bar__choice">
      <span className="unseen">{t.nav.store}</span>
      <select value={store?.handle ?? ''} onChange={(event) => go(`/s/${event.target.value}/orders`)}>
        {!store && <option value="" />}
        {viewer.stores.map((one) => (
          <option key={one.id} value={one.handle}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}
