// One job, followed by its own stream for as long as it is looked at.
import { useEffect, useId, useRef, useState } from 'react';
import { follow } from '../client/follow';
import { JobUpdatesDocument, type JobStateFragment } from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { Icon } from '../shell/Icon';
import { Progress } from './Jobs';

export function JobDetails({ id, close }: { id: string; close(): void }) {
  const t = useWords();
  const format = useFormats();
  const { socket } = useCounter();
  const [job, setJob] = useState<JobStateFragment | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(
    () =>
      follow(socket, {
        document: JobUpdatesDocument,
        variables: { id },
        next({ jobUpdates }) {
          setJob(jobUpdates.job);
          return jobUpdates.cursor;
        },
      }),
    [socket, id],
  );
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} onClose={close}>
      <header className="dialog__head">
        <h2 id={title}>{job?.kind ?? t.app.loading}</h2>
        <button type="button" className="icon-button" onClick={() => dialog.current?.close()} aria-label={t.order.close}>
          <Icon name="close" />
        </button>
      </header>
      {job && (
        <dl className="job-details">
          <dt>{t.operations.state}</dt>
          <dd>{t.operations.jobStatus[job.status]}</dd>
          <dt>{t.operations.progress}</dt>
          <dd>
            <Progress job={job} />
          </dd>
          <dt>{t.operations.ordered}</dt>
          <dd>{format.moment(job.createdAt)}</dd>
          <dt>{t.operations.ended}</dt>
          <dd>{job.finishedAt ? format.moment(job.finishedAt) : '—'}</dd>
          {job.result != null && (
            <>
              <dt>{t.operations.result}</dt>
              <dd>
                <pre tabIndex={0}>{JSON.stringify(job.result, null, 2)}</pre>
              </dd>
            </>
          )}
        </dl>
      )}
    </dialog>
  );
}
