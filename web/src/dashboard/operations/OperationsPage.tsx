// For administrators: how servers, jobs and clients do, what was done by whom, and the platform's settings.
import './Operations.css';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useWords } from '../i18n/language';
import { useCounter } from '../shell/counter-context';
import { AuditLog } from './AuditLog';
import { Documents } from './Documents';
import { Jobs } from './Jobs';
import { Overview } from './Overview';
import { PlatformSettings } from './PlatformSettings';
import { SlowOperations } from './SlowOperations';

const sections = {
  overview: <Overview />,
  slow: <SlowOperations />,
  jobs: <Jobs />,
  documents: <Documents />,
  audit: <AuditLog />,
  settings: <PlatformSettings />,
} satisfies Record<string, ReactNode>;

type Section = keyof typeof sections;
const isSection = (name: string | undefined): name is Section => name !== undefined && name in sections;

export default function OperationsPage({ section }: { section: string | undefined }) {
  const t = useWords();
  const { viewer } = useCounter();
  if (viewer.role !== 'ADMIN') return <p className="nothing">{t.operations.none}</p>;
  const here = isSection(section) ? section : 'overview';
  return (
    <div className="operations">
      <h1 className="unseen">{t.operations.title}</h1>
      <nav className="operations__sections" aria-label={t.operations.title}>
        {(Object.keys(sections) as Section[]).map((name) => (
          <Link key={name} href={name === 'overview' ? '/operations' : `/operations/${name}`} aria-current={name === here ? 'page' : undefined}>
            {t.operations.sections[name]}
          </Link>
        ))}
      </nav>
      <div className="operations__body" data-section={here}>
        {sections[here]}
      </div>
    </div>
  );
}
