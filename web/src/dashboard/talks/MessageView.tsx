// One message, as a bubble on its writer's side.
import { memo } from 'react';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import type { Message } from './messages';
import { senderOf } from './title';

interface Props {
  message: Message;
  /** The one before it is by the same writer */
  follows: boolean;
  /** Somebody else has read this far */
  wasRead: boolean;
}

export const MessageView = memo(function MessageView({ message, follows, wasRead }: Props) {
  const t = useWords();
  const format = useFormats();
  const { viewer } = useCounter();
  const { author, body, status, sentAt, editedAt, position } = message;
  const mine = message.sender?.id === viewer.user.id;
  return (
    <article
      className={`message ${mine ? 'message--mine' : ''} message--${author} ${follows ? 'message--follows' : ''}`}
      data-position={position}
      data-status={status}
    >
      {!follows && !mine && <p className="message__who">{senderOf(message, viewer.user.id, t)}</p>}
      <div className="message__bubble">
        {status === 'DELETED' ? <i>{t.talks.deleted}</i> : body}
        {status === 'STREAMING' && (
          <span className="message__caret" role="status">
            <span className="unseen">{t.talks.thinking}</span>
          </span>
        )}
      </div>
      {status === 'FAILED' && <p className="message__broken">{t.talks.broken}</p>}
      <p className="message__foot">
        <time dateTime={sentAt}>{format.moment(sentAt)}</time>
        {editedAt && ` · ${t.talks.edited}`}
        {wasRead && ` · ${t.talks.read}`}
      </p>
    </article>
  );
});
