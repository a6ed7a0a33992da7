import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The first browser of CHROME_BIN, the PATH and the usual places, or undefined. */
export function installedBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.CHROME_BIN) return environment.CHROME_BIN;
  const folders = (environment.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...elsewhere].find((file) => existsSync(file));
}

/**
 * A browser for the stories: one of this machine, else the one that npm brought. There is always a browser or a
 * failure that says why; a story is never skipped because none was looked for.
 */
export async function launchBrowser(): Promise<Browser> {
  const installed = installedBrowser();
  const sandbox = ['--no-sandbox', '--disable-dev-shm-usage'];
  if (installed) return chromium.launch({ executablePath: installed, args: sandbox });
  // Before its import: it then unpacks the system libraries that a bare machine lacks as well.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= 'nodejs24.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  const executablePath = await packaged.executablePath().catch((cause: unknown) => {
    throw new Error('No browser: set CHROME_BIN, or install chromium; the one from npm does not run here.', { cause });
  });
  // Not with its own arguments: they are for one page in a container, and the second page would end the browser.
  return chromium.launch({ executablePath, args: sandbox, headless: true });
}
