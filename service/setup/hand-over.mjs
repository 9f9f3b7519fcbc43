import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { starterBehindShell, whenAlone } from './alone.mjs'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** A terminal, npm and a process group may each send the same wish: within this time it is passed on once. */
const oneWish = 1_000
/** How long a child may take to end when nobody is left to wait for it. */
const patience = 15_000

/** @type {Set<ChildProcess>} */
const children = new Set()
/** @type {{ signal: NodeJS.Signals, at: number } | undefined} */
let asked

/** From here on a wish to stop goes to whatever runs below, and so does the end of whoever started us. */
export function listenForTheEnd() {
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => passOn(signal))
  }
  whenAlone(() => {
    passOn('SIGTERM')
    setTimeout(killAll, patience).unref()
  }, starterBehindShell())
}

/**
 * The exit code of a process that was asked to stop and did, or nothing when nobody asked.
 * @returns {number | undefined}
 */
export function askedToStop() {
  return asked && 128 + constants.signals[asked.signal]
}

/** @param {ChildProcess} child */
export function lookAfter(child) {
  children.add(child)
  child.once('close', () => children.delete(child))
  child.once('error', () => children.delete(child))
}

/**
 * Runs a program on the given Node with our terminal, and answers its exit code.
 * @param {string} node
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} place
 * @returns {Promise<number>}
 */
export function handOver(node, args, { cwd, env }) {
  const leash = new URL('./leash.mjs', import.meta.url).href
  const child = spawn(node, ['--import', leash, ...args], {
    cwd,
    env: withNodeFirst(node, env),
    stdio: 'inherit',
  })
  lookAfter(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)),
    )
  })
}

/** @param {NodeJS.Signals} signal */
function passOn(signal) {
  const isRepeat = asked !== undefined && Date.now() - asked.at < oneWish
  if (isRepeat) return
  asked = { signal, at: Date.now() }
  if (children.size === 0) process.exit(askedToStop())
  for (const child of children) child.kill(signal)
}

function killAll() {
  for (const child of children) child.kill('SIGKILL')
}

/**
 * What runs below finds the same Node by name.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 */
function withNodeFirst(node, env) {
  const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...env, [path]: [dirname(node), env[path]].filter(Boolean).join(delimiter) }
}
