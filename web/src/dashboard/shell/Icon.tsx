// Icons as paths of 24 by 24, drawn with the colour of the text beside them.

const paths = {
  board: 'M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v6h-4z',
  today: 'M4 20V11M10 20V4M16 20v-6M21 20H3',
  talks: 'M4 5h16v11H9l-5 4z',
  operations: 'M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M5.6 18.4l1.8-1.8M16.6 7.4l1.8-1.8',
  bell: 'M6 16V10.5a6 6 0 0 1 12 0V16l2 2H4zM10 20.5h4',
  bellOff: 'M6 16v-5.5a6 6 0 0 1 .6-2.6M9.5 5a6 6 0 0 1 8.5 5.5V14M17 18H4l2-2M10 20.5h4M3.5 3.5l17 17',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  close: 'M6 6l12 12M18 6L6 18',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
  eyeOff: 'M3.5 3.5l17 17M9.8 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.6 3.3M6.3 7.6A15 15 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9',
  bag: 'M5 8h14l1 12H4zM9 8V6.5a3 3 0 0 1 6 0V8',
  bike: 'M6 13.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM18 13.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM6 17l4-7h5l3 7M9 7h3M15 10l-1.5-4H17',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5',
  back: 'M14.5 5.5L8 12l6.5 6.5',
  down: 'M12 5v13M6 12.5l6 6 6-6',
  send: 'M4 12L20 4l-4 16-4.5-6.5zM11.5 13.5L20 4',
  spark: 'M12 3l1.9 5.6L19.5 10.5l-5.6 1.9L12 18l-1.9-5.6L4.5 10.5l5.6-1.9zM19 16v4M17 18h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cut: 'M3.5 3.5l17 17M5 11a10 10 0 0 1 4-2.4M2 8a14 14 0 0 1 4-2.6M8.5 14.5a5 5 0 0 1 5.5-1M12 5a14 14 0 0 1 10 3M15 9a10 10 0 0 1 4 2M12 18.5h.01',
  out: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10M18 10h.01',
} as const;

export type IconName = keyof typeof paths | 'mark';

export function Icon({ name, className = '' }: { name: IconName; className?: string }) {
  const shape = `icon ${className}`;
  if (name === 'mark') {
    return (
      <svg className={shape} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#0f766e" />
        <path d="M6 14 8 7h16l2 7a3.3 3.3 0 0 1-6.7 0 3.3 3.3 0 0 1-6.6 0A3.3 3.3 0 0 1 6 14Z" fill="#fff" />
        <path d="M8 19.5V26h16v-6.5" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinejoin="round" />
      </svg>
    );
  }
  return (
    <svg className={shape} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
