// A copy of shared/src/portable/api/templates.ts, made by "npm run sync": change it there.

/** The template of a pass. */
export interface PassTemplate {
  templateId: string
  name: string
  version: number
}

/** What a template asks for; `required` is absent only in requests. */
export interface TemplateInput {
  /** Its name between the braces of a placeholder, and in `values`. */
  key: string
  /** What forms and errors call it. */
  label?: string
  /** `text` when absent. */
  type?: 'text' | 'number' | 'date' | 'choice' | 'image' | 'email'
  required?: boolean
  /** The value where none is given. */
  default?: string | number
  sample?: string | number
  help?: string
  choices?: string[]
  /** Keys that it had before. */
  aliases?: string[]
}

/** A template to create: a body of a pass with `{{key}}` in its texts. */
export interface TemplateRequest {
  name: string
  pass: Record<string, unknown>
  inputs?: TemplateInput[]
}

/** How far a template has been applied to its passes. */
export interface Rollout {
  state: 'running' | 'done'
  total: number
  done: number
  failed: number
  /** The first of those that failed; absent when there is none. */
  failures?: { serialNumber: string; reason: string }[]
}

/** A template as lists show it: without the pass. */
export type TemplateSummary = PassTemplate & {
  inputs: (TemplateInput & Required<Pick<TemplateInput, 'label' | 'type' | 'required'>>)[]
  /** How many living passes are made from it. */
  passes: number
  createdAt: string
  lastUpdated: string
  rollout?: Rollout
}

/** One template. */
export type Template = TemplateSummary & { pass: Record<string, unknown> }
