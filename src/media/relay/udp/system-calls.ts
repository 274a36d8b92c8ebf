import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import type Koffi from 'koffi';

/** The system calls that a relay needs of Linux: socket(2), epoll(7), eventfd(2). Each returns -1 when it failed; `error` says why. */
export interface SystemCalls {
  socket(domain: number, type: number, protocol: number): number;
  setsockopt(fd: number, level: number, name: number, value: Buffer, bytes: number): number;
  bind(fd: number, address: Buffer, bytes: number): number;
  recvfrom(fd: number, into: Buffer, bytes: number, flags: number, from: Buffer, fromBytes: Buffer): number;
  sendto(fd: number, packet: Uint8Array, bytes: number, flags: number, to: Buffer, toBytes: number): number;
  close(fd: number): number;
  read(fd: number, into: Buffer, bytes: number): number;
  write(fd: number, from: Buffer, bytes: number): number;
  eventfd(value: number, flags: number): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Buffer): number;
  epoll_wait(epoll: number, events: Buffer, most: number, milliseconds: number): number;
  /** Of the call before, as Node would throw it. */
  error(call: string): Error;
}

/**
 * Reaches the C library through koffi. A string says why that cannot be: another system than Linux, a processor whose
 * structures were not looked at, or no koffi for it.
 */
export function systemCalls(): SystemCalls | string {
  if (process.platform !== 'linux') return `this is ${process.platform}, not Linux`;
  if (process.arch !== 'x64' && process.arch !== 'arm64') return `the processor is ${process.arch}, not x64 or arm64`;
  try {
    return load();
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function load(): SystemCalls {
  // Not imported: it is optional, and without it the relay must start all the same.
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  // The C library of this very process, whichever it is.
  const library = koffi.load(null);
  return {
    // As typed here as the C that they stand for.
    socket: library.func('int socket(int, int, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void*, int)'),
    bind: library.func('int bind(int, void*, int)'),
    recvfrom: library.func('int64 recvfrom(int, void*, size_t, int, void*, void*)'),
    sendto: library.func('int64 sendto(int, void*, size_t, int, void*, int)'),
    close: library.func('int close(int)'),
    read: library.func('int64 read(int, void*, size_t)'),
    write: library.func('int64 write(int, void*, size_t)'),
    eventfd: library.func('int eventfd(unsigned int, int)'),
    epoll_create1: library.func('int epoll_create1(int)'),
    epoll_ctl: library.func('int epoll_ctl(int, int, int, void*)'),
    epoll_wait: library.func('int epoll_wait(int, void*, int, int)'),
    error: (call) => {
      const number = koffi.errno();
      const code = getSystemErrorName(-number);
      return Object.assign(new Error(`${call} ${code}`), { code, errno: -number, syscall: call });
    },
  };
}
