import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../setup/paths.mjs'

/** An action by its commit, with the version that it is as a comment; or one of this repository. */
const pinned = /^(?:[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\S+)$/

/** The actions of a workflow that somebody else could change after we have read them. */
const findMovableActions = (workflow: string): string[] =>
  [...workflow.matchAll(/^\s*(?:- )?(?:["']?uses["']?)\s*:\s*(.*?)\s*$/gm)]
    .map(([, action = '']) => action)
    .filter((action) => !pinned.test(action))

describe('the actions of the workflows', () => {
  const files = globSync(['.github/workflows/*', '*/.github/workflows/*'], { cwd: root })

  it.each(files)('are pinned by their commit, with the version as a comment: %s', (file) => {
    const workflow = readFileSync(join(root, file), 'utf8')
    expect(workflow).toContain('uses:')
    expect(findMovableActions(workflow)).toEqual([])
  })

  it('are looked for in every workflow', () => {
    expect(files).toContain('.github/workflows/ci.yml')
  })

  const commit = '49933ea5288caeca8642d1e84afbd3f7d6820020'
  it.each([
    'actions/setup-node@v4',
    'actions/setup-node@v4.4.0',
    'actions/setup-node@main',
    'actions/setup-node',
    `actions/setup-node@${commit.slice(0, 12)} # v4.4.0`,
    `actions/setup-node@${commit}`,
    `actions/setup-node@${commit} # v4`,
    'docker://node:24',
    'actions/cache/restore@v4',
  ])('are refused as %s', (action) => {
    expect(findMovableActions(`steps:\n  - uses: ${action}\n`)).toEqual([action])
    expect(findMovableActions(`steps:\n  - name: A\n    "uses": ${action}`)).toEqual([action])
  })

  it('are taken by their commit, and from this repository', () => {
    for (const action of [`actions/cache/save@${commit} # v4.4.0`, './.github/actions/test']) {
      expect(findMovableActions(`steps:\n  - uses: ${action}\n`)).toEqual([])
    }
  })
})
