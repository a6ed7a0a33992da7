import type { InputHTMLAttributes, ReactNode } from 'react';

const box =
  'h-11 w-full min-w-0 rounded-lg border border-line bg-bg px-3 text-[15px] placeholder:text-faint focus-visible:outline-offset-0 file:mr-3 file:h-8 file:cursor-pointer file:rounded-md file:border-0 file:bg-raised file:px-3 file:font-medium file:text-ink [&[type=file]]:p-1.5 [&[type=file]]:text-[14px]';

export function Field({
  label,
  hint,
  ...rest
}: { label: string; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="block min-w-0">
      <span className="mb-1 block text-[13px] font-medium text-soft">{label}</span>
      <input {...rest} className={box} />
      {hint && <span className="mt-1 block text-[12.5px] text-faint">{hint}</span>}
    </label>
  );
}

export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}) {
  return (
    <label className="block min-w-0">
      <span className="mb-1 block text-[13px] font-medium text-soft">{label}</span>
      <select className={box} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
