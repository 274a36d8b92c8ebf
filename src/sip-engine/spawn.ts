import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

export function spawnWorker(): Worker {
  const extension = extname(import.meta.url);
  const module = new URL(`./worker${extension}`, import.meta.url);
  const options = { name: 'sip-engine' };
  return extension === '.ts' ? new Worker(fromSource(module), { ...options, eval: true }) : new Worker(module, options);
}

/** tsx does not reach into worker threads of Node 20 by itself: a thread that runs from source asks for it. */
function fromSource(module: URL): string {
  return `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(module.href)}); })`;
}
