// Shows notices, and reads out what is announced.
import './Notices.css';
import { useWords } from '../i18n/language';
import { useStore } from '../store';
import { Icon } from './Icon';
import { announcement, dismiss, notices, type Notice } from './notices';

export function Notices() {
  const t = useWords();
  const shown = useStore(notices);
  return (
    <>
      <section className="notices" aria-label={t.notices.label}>
        {shown.map((notice) => (
          <One key={notice.id} notice={notice} />
        ))}
      </section>
      <p className="unseen" role="status">
        {useStore(announcement)}
      </p>
    </>
  );
}

function One({ notice: { id, text, tone, action } }: { notice: Notice }) {
  const t = useWords();
  const act = () => {
    dismiss(id);
    action?.run();
  };
  return (
    <div className={`notice notice--${tone}`} role={tone === 'trouble' ? 'alert' : 'status'}>
      <p>{text}</p>
      {action && (
        <button type="button" className="button button--small" onClick={act}>
          {action.label}
        </button>
      )}
      <button type="button" className="icon-button" onClick={() => dismiss(id)} aria-label={t.notices.close}>
        <Icon name="close" />
      </button>
    </div>
  );
}
