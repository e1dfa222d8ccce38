// Jobs, newest first. Those that have not ended move by themselves: one stream follows all of them.
import { useMutation, useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { cache } from '../client/apollo';
import { follow } from '../client/follow';
import { failure, refusal } from '../client/refusal';
import {
  AdminJobsDocument,
  JobCancelDocument,
  JobChangesDocument,
  JobRetryDocument,
  JobStateFragmentDoc,
  type JobStateFragment,
} from '../generated/graphql';
import { useFormats } from '../i18n/format';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { notify } from '../shell/notices';
import { JobDetails } from './JobDetails';
import { Table } from './Table';

/** New jobs are looked for this often */
const EVERY = 10_000;

const isOver = ({ status }: JobStateFragment): boolean => status !== 'QUEUED' && status !== 'RUNNING';

export function Jobs() {
  const t = useWords();
  const format = useFormats();
  const { socket } = useCounter();
  const [open, setOpen] = useState<string | null>(null);
  const { data } = useQuery(AdminJobsDocument, { fetchPolicy: 'cache-and-network', pollInterval: EVERY });
  const jobs = data?.admin?.jobs.edges.map((edge) => edge.node) ?? [];
  const moving = jobs.filter((job) => !isOver(job)).map((job) => job.id).join(' ');
  useEffect(() => {
    if (!moving) return undefined;
    return follow(socket, {
      document: JobChangesDocument,
      variables: { ids: moving.split(' ') },
      next({ nodeChanges: { node } }) {
        if (node?.__typename !== 'Job') return undefined;
        const write = { fragment: JobStateFragmentDoc, fragmentName: 'JobState', id: `Job:${node.id}`, data: node };
        cache.writeFragment(write);
        return undefined;
      },
    });
  }, [socket, moving]);
  if (!data) return <p className="splash">{t.app.loading}</p>;
  if (jobs.length === 0) return <p className="nothing">{t.operations.noJobs}</p>;
  return (
    <>
      <Table
        title={t.operations.sections.jobs}
        rows={jobs}
        keyOf={(job) => job.id}
        cells={[
          { head: t.operations.job, show: (job) => job.kind },
          { head: t.operations.state, show: (job) => <span className={`job job--${job.status}`}>{t.operations.jobStatus[job.status]}</span> },
          { head: t.operations.progress, show: (job) => <Progress job={job} /> },
          { head: t.operations.attempts, figure: true, show: (job) => format.number(job.attempts) },
          { head: t.operations.ordered, figure: true, show: (job) => format.moment(job.createdAt) },
          { head: t.operations.ended, figure: true, show: (job) => (job.finishedAt ? format.moment(job.finishedAt) : '—') },
          { head: t.operations.follow, show: (job) => <Actions job={job} open={() => setOpen(job.id)} /> },
        ]}
      />
      {open && <JobDetails key={open} id={open} close={() => setOpen(null)} />}
    </>
  );
}

export function Progress({ job }: { job: JobStateFragment }) {
  const t = useWords();
  const format = useFormats();
  if (job.status !== 'RUNNING' || !job.total) return <>{job.message ?? '—'}</>;
  const share = Math.min(1, job.done / job.total);
  return (
    <span className="progress">
      <progress value={share} aria-label={t.operations.progress} />
      {format.percent(share)}
    </span>
  );
}

function Actions({ job, open }: { job: JobStateFragment; open(): void }) {
  const t = useWords();
  const [cancel] = useMutation(JobCancelDocument);
  const [retry] = useMutation(JobRetryDocument);
  async function act(run: () => Promise<{ data?: object | null | undefined }>) {
    try {
      const { data } = await run();
      const [payload] = Object.values(data ?? {}) as { userErrors: Parameters<typeof refusal>[0][] }[];
      const [first] = payload?.userErrors ?? [];
      if (first) notify({ tone: 'trouble', text: refusal(first) });
    } catch (error) {
      notify({ tone: 'trouble', text: failure(error) });
    }
  }
  const variables = { id: job.id };
  return (
    <span className="job__actions">
      <button type="button" className="button button--small button--quiet" onClick={open}>
        {t.operations.follow}
      </button>
      {!isOver(job) && (
        <button type="button" className="button button--small button--quiet" onClick={() => void act(() => cancel({ variables }))}>
          {t.operations.cancel}
        </button>
      )}
      {(job.status === 'FAILED' || job.status === 'CANCELLED') && (
        <button type="button" className="button button--small" onClick={() => void act(() => retry({ variables }))}>
          {t.operations.retry}
        </button>
      )}
    </span>
  );
}
