// How long an order has waited: the longer, the louder.
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useNow } from '../shell/clock';

/** Minutes after which a guest would ask, and after which somebody should have gone to them */
const LATE = 10;
const TOO_LATE = 20;

export function Since({ at, due }: { at: string; due: string | null | undefined }) {
  const t = useWords();
  const format = useFormats();
  const now = useNow();
  const minutes = Math.max(0, Math.floor((now - Date.parse(at)) / 60_000));
  // Nobody waits yet for what was ordered for later.
  const calm = due ? Date.parse(due) > now : false;
  const hours = Math.floor(minutes / 60);
  const text =
    minutes < 1
      ? t.board.now
      : minutes < 60
        ? t.board.minutes(format.number(minutes))
        : hours < 48
          ? t.board.hours(format.number(hours))
          : t.board.days(format.number(Math.floor(hours / 24)));
  const tone = calm ? '' : minutes >= TOO_LATE ? 'since--too-late' : minutes >= LATE ? 'since--late' : '';
  return (
    <time className={`since ${tone}`} dateTime={at} title={format.moment(at)}>
      <span className="unseen">{t.board.waiting(text)}</span>
      <span aria-hidden="true">{text}</span>
    </time>
  );
}
