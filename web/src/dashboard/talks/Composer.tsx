// Writing a message. What was typed is kept until it was sent, and a message that got lost goes again under its own key.
import { useMutation } from '@apollo/client/react';
import { useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { client } from '../client/apollo';
import { newKey } from '../client/key';
import { failure, refusal } from '../client/refusal';
import { TalkSendDocument, TalkTypingDocument } from '../generated/graphql';
import { useWords } from '../i18n/language';
import { draft, keepDraft } from '../shell/drafts';
import { Icon } from '../shell/Icon';
import type { Thread } from './thread';

/** How often the others are told; the server forgets it after six seconds */
const TELL_EVERY = 3_000;
const LONGEST = 10_000;

export function Composer({ thread }: { thread: Thread }) {
  const t = useWords();
  const where = `talk:${thread.id}`;
  const [text, setText] = useState(() => draft(where));
  const [problem, setProblem] = useState('');
  const [send, { loading }] = useMutation(TalkSendDocument);
  const key = useRef({ of: '', key: '' });
  const told = useRef(0);
  const field = useId();
  const area = useRef<HTMLTextAreaElement>(null);

  function typed(value: string): void {
    setText(value);
    keepDraft(where, value);
    if (!value.trim() || Date.now() - told.current < TELL_EVERY) return;
    told.current = Date.now();
    void client.mutate({ mutation: TalkTypingDocument, variables: { conversationId: thread.id } }).catch(() => undefined);
  }

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    const body = text.trim();
    if (!body || loading) return;
    // Another text is another message; the same text again is the one that may have got lost.
    if (key.current.of !== body) key.current = { of: body, key: newKey() };
    setProblem('');
    try {
      const input = { conversationId: thread.id, body, idempotencyKey: key.current.key };
      const { data } = await send({ variables: { input } });
      const [first] = data?.messageSend.userErrors ?? [];
      if (first) return setProblem(refusal(first));
      if (data?.messageSend.message) thread.admit(data.messageSend.message);
      key.current = { of: '', key: '' };
      told.current = 0;
      setText('');
      keepDraft(where, '');
      area.current?.focus();
    } catch (error) {
      setProblem(failure(error));
    }
  }

  function pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  }

  return (
    <form className="composer" onSubmit={(event) => void submit(event)}>
      <label htmlFor={field} className="unseen">
        {t.talks.write}
      </label>
      <textarea
        ref={area}
        id={field}
        rows={1}
        value={text}
        maxLength={LONGEST}
        placeholder={t.talks.write}
        readOnly={loading}
        onChange={(event) => typed(event.target.value)}
        onKeyDown={pressed}
      />
      <button type="submit" className="button" disabled={loading || !text.trim()} aria-label={loading ? t.talks.sending : t.talks.send}>
        <Icon name="send" />
        <span className="composer__send">{problem ? t.talks.again : t.talks.send}</span>
      </button>
      {problem && (
        <p className="composer__problem" role="alert">
          {t.talks.failed} {problem}
        </p>
      )}
    </form>
  );
}
