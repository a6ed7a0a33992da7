const paths = {
  desk: 'M4 5h16v10H4zM8 19h8M12 15v4',
  portfolio: 'M4 8h16v11H4zM9 8V5h6v3M4 13h16',
  decisions: 'M7 4h10v16H7zM10 9h4M10 13h4',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4',
  moon: 'M19 14.5A7.5 7.5 0 0 1 9.5 5 7.5 7.5 0 1 0 19 14.5z',
  send: 'M5 12h13M13 6l6 6-6 6',
  check: 'M5 12.5 10 17l9-10',
  cross: 'M7 7l10 10M17 7 7 17',
  stop: 'M8 8h8v8H8z',
} as const;

export const Icon = ({ name, size = 20 }: { name: keyof typeof paths; size?: number }) => (
  <svg
    aria-hidden="true"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    className="shrink-0"
  >
    <path d={paths[name]} />
  </svg>
);
