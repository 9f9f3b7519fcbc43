// Loaded before everything else in a container: of a signal that the first process of a container has no
// handler for, the kernel takes no notice, and loading the service takes a second.
import { isMainThread } from 'node:worker_threads'
import { exitOnStopSignal } from './signals.ts'

// Threads inherit the option that loads this file.
if (isMainThread) exitOnStopSignal()
