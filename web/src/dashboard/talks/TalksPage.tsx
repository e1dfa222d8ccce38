// Conversations: the list beside the one that is open; on a phone one of the two.
import './Talks.css';
import { useMutation } from '@apollo/client/react';
import { useLocation } from 'wouter';
import { failure, refusal } from '../client/refusal';
import { AssistantTalkDocument } from '../generated/graphql';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { Icon } from '../shell/Icon';
import { notify } from '../shell/notices';
import { TalkList } from './TalkList';
import { ThreadView } from './ThreadView';

export default function TalksPage({ talk }: { talk: string | undefined }) {
  const t = useWords();
  const { inbox } = useCounter();
  const open = talk && decodeURIComponent(talk);
  return (
    <div className={`talks ${open ? 'talks--open' : ''}`}>
      <section className="talks__list" aria-labelledby="talks">
        <header className="talks__head">
          <h1 id="talks">{t.talks.title}</h1>
          <AskButton />
        </header>
        {inbox && <TalkList inbox={inbox} open={open} />}
      </section>
      {open ? <ThreadView key={open} id={open} /> : <p className="talks__choose">{t.talks.choose}</p>}
    </div>
  );
}

function AskButton() {
  const t = useWords();
  const { inbox } = useCounter();
  const [, go] = useLocation();
  const [start, { loading }] = useMutation(AssistantTalkDocument);
  async function ask() {
    try {
      const { data } = await start();
      const [first] = data?.conversationStart.userErrors ?? [];
      if (first) notify({ tone: 'trouble', text: refusal(first) });
      const talk = data?.conversationStart.conversation;
      if (!talk) return;
      inbox?.admit(talk);
      go(`/messages/${encodeURIComponent(talk.id)}`);
    } catch (error) {
      notify({ tone: 'trouble', text: failure(error) });
    }
  }
  return (
    <button type="button" className="button button--small button--quiet" disabled={loading} onClick={() => void ask()}>
      <Icon name="spark" />
      {t.talks.ask}
    </button>
  );
}
