import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Handler } from 'hono';
import type { ApiEnv } from './env.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};
const compressible = /^(text|application\/(json|manifest)|image\/svg)/;

interface Asset {
  bytes: Uint8Array<ArrayBuffer>;
  zipped?: Uint8Array<ArrayBuffer>;
  type: string;
  etag: string;
  /** Its name holds a hash of its content, so it never changes. */
  immutable: boolean;
}

/**
 * The built web app, read once into memory: what is not in the folder cannot be asked for, whatever the path says.
 * Unknown paths without an extension get the page, which routes by itself.
 */
export function webApp(root: string | undefined): Handler<ApiEnv> {
  let loading: Promise<Map<string, Asset>> | undefined;
  return async (c) => {
    loading ??= root === undefined ? Promise.resolve(new Map()) : load(root);
    const assets = await loading;
    const { path } = c.req;
    const asset = assets.get(path) ?? (extname(path) === '' ? assets.get('/index.html') : undefined);
    if (!asset) {
      loading = assets.size === 0 ? undefined : loading;
      return assets.size === 0 ? c.html(notBuilt, 503) : c.text('Not found\n', 404);
    }
    c.header('ETag', asset.etag);
    c.header('Cache-Control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (c.req.header('if-none-match') === asset.etag) return c.body(null, 304);
    c.header('Content-Type', asset.type);
    if (asset.zipped) c.header('Vary', 'Accept-Encoding');
    if (asset.zipped && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) {
      c.header('Content-Encoding', 'gzip');
      return c.body(asset.zipped);
    }
    return c.body(asset.bytes);
  };
}

async function load(root: string): Promise<Map<string, Asset>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const assets = await Promise.all(
    files.map(async (file): Promise<[string, Asset]> => {
      const bytes = new Uint8Array(await readFile(file));
      const type = types[extname(file)] ?? 'application/octet-stream';
      const path = `/${relative(root, file).split(sep).join('/')}`;
      const zipped = compressible.test(type) ? new Uint8Array(await promisify(gzip)(bytes)) : undefined;
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      return [path, { bytes, ...(zipped ? { zipped } : {}), type, etag, immutable: path.startsWith('/assets/') }];
    }),
  );
  return new Map(assets);
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Conclave</title>
<h1>The web app is not built yet</h1><p>Stop the server and run <code>npm start</code>, which builds it. The API answers already.</p></html>`;
