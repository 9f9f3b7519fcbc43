import { interleave, type Rates } from '../contenders/contender.ts'
import { createEngines } from '../contenders/engine-processes.ts'
import { engineNames } from '../contenders/engines.ts'
import { createJudge } from '../contenders/judge.ts'
import { createServers, serverNames } from '../contenders/servers.ts'
import { createIdentity } from '../contenders/ticket.ts'
import { median } from '../median.ts'
import type { Figure, Measure, Target } from './figure.ts'

/** A target: how many times as many passes per CPU-second one makes as another. */
interface Row {
  what: string
  of: string
  against: string
  target: Target
}

const rows: Row[] = [
  {
    what: 'Signing engine, event ticket with 43 KB of images, against passkit-generator with buffers cached',
    of: engineNames.ours,
    against: engineNames.passkitGeneratorCached,
    target: { atLeast: 90 },
  },
  {
    what: 'Signing engine against the RSA-2048 signature alone',
    of: engineNames.ours,
    against: engineNames.raw,
    target: { atLeast: 0.85 },
  },
  {
    what: '`POST /api/pkpass` over HTTP, 16 connections, stored and durable, against Express with passkit-generator',
    of: serverNames.ours,
    against: serverNames.theirs,
    target: { atLeast: 35 },
  },
  {
    what: 'The same with the same logo as a data URI in every request',
    of: serverNames.oursWithLogo,
    against: serverNames.theirs,
    target: { atLeast: 17.5 },
  },
  {
    what: '`POST /api/pkpass` against the RSA-2048 signature alone',
    of: serverNames.ours,
    against: engineNames.raw,
    target: { atLeast: 0.4 },
  },
  {
    what: 'Signing engine, cost with 1.5 MB of images against 43 KB',
    of: engineNames.ours,
    against: engineNames.oursLarge,
    target: { atMost: 3.5 },
  },
  {
    what: 'Signing engine against @walletpass/pass-js',
    of: engineNames.ours,
    against: engineNames.passJs,
    target: {},
  },
]

const ROUNDS = 7

/** Measures all contenders in turns; returns the ratios of the rounds, and the rates behind them. */
export const measureRates: Measure = async (effort) => {
  const { folder, remove } = await createIdentity()
  try {
    const rates = await interleave([...createEngines(folder), ...createServers(folder)], {
      rounds: effort === 'full' ? ROUNDS : 1,
      scale: effort === 'full' ? 1 : 0.05,
      judge: await createJudge(folder),
    })
    return { figures: rows.map((row) => toFigure(row, rates)), rates }
  } finally {
    await remove()
  }
}

/** The ratio of each round is one of two slices that were made just after each other. */
function toFigure({ what, of, against, target }: Row, rates: Rates): Figure {
  const [ours = [], theirs = []] = [rates.get(of), rates.get(against)]
  const ratios = ours.map((rate, round) => rate / (theirs[round] ?? Number.NaN))
  return {
    what,
    value: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    target,
    details: `${median(ours).toFixed(0)} against ${median(theirs).toFixed(0)} per CPU-second`,
  }
}
