const cached = new Map<string, Intl.NumberFormat>();
function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  const known = cached.get(key) ?? new Intl.NumberFormat('en-US', options);
  cached.set(key, known);
  return known;
}

export const none = '–';

/** Money of the account; the text on the wire is exact, two decimals are for reading. */
export const money = (amount: string | number | null | undefined, currency = 'USD') =>
  amount === null || amount === undefined
    ? none
    : formatter({ style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
        Number(amount),
      );

export function signedMoney(amount: string | number | null | undefined, currency = 'USD') {
  if (amount === null || amount === undefined) return none;
  const value = Number(amount);
  const text = formatter({ style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    Math.abs(value),
  );
  return `${Math.abs(value) < 0.005 ? '' : value < 0 ? '−' : '+'}${text}`;
}

/** As many decimals as the price's size calls for, and as `like` has where it is given. */
export function price(value: string | number | null | undefined) {
  if (value === null || value === undefined) return none;
  const size = Math.abs(Number(value));
  const digits = size >= 1_000 ? 2 : size >= 20 ? 3 : size >= 0.01 ? 5 : 8;
  return formatter({ minimumFractionDigits: Math.min(2, digits), maximumFractionDigits: digits }).format(Number(value));
}

export const amount = (value: string | number | null | undefined) =>
  value === null || value === undefined
    ? none
    : formatter({ maximumFractionDigits: 6 }).format(Number(value)).replace('-', '−');

export const percent = (value: number | null | undefined, digits = 0) =>
  value === null || value === undefined
    ? none
    : formatter({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

export const signedPercent = (value: number | null | undefined, digits = 2) =>
  value === null || value === undefined ? none : `${value < 0 ? '−' : '+'}${percent(Math.abs(value), digits)}`;

export const signed = (value: number, digits = 2) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** `2025-06-18 14:00`, in UTC like everything on the desk. */
export const utc = (iso: string | null | undefined, seconds = false) =>
  iso ? `${iso.slice(0, 10)} ${iso.slice(11, seconds ? 19 : 16)}` : none;

export const words = (code: string) => code.replaceAll(/[_-]/g, ' ');
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A sentence of the server for a reader: times as they stand elsewhere on the page, amounts without nine decimals. */
export const readable = (text: string) =>
  text
    .replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z/g, '$1 $2 UTC')
    .replace(/\d+\.\d{6,}/g, (digits) =>
      Number(digits) >= 100 ? Number(digits).toFixed(2) : String(Number(Number(digits).toPrecision(5))),
    );

export function ago(iso: string, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1_000);
  if (seconds < 60) return 'just now';
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
