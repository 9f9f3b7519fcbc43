import type {
  InputType,
  PassTemplate,
  Rollout,
  Template,
  TemplateInput,
  TemplateSummary,
} from '@passwright/shared/schema'

/** What a pass needs a value for: a listed input with its defaults, or one derived from its placeholder. */
export interface Input extends TemplateInput {
  label: string
  type: InputType
  required: boolean
}

/** The values of a pass by the keys of their inputs. */
export type Values = Readonly<Record<string, string | number>>

/** One version of a template, all that a pass is filled in from. */
export interface TemplateVersion extends PassTemplate {
  inputs: readonly Input[]
  /** A body of `POST /api/passes` with placeholders. */
  pass: Readonly<Record<string, unknown>>
}

/** A template as it is stored, with its present version. */
export interface TemplateRecord extends TemplateVersion {
  keyId: string
  /** The number of living passes. */
  passes: number
  createdAt: string
  updatedAt: string
}

/** A template as lists show it. */
export function toTemplateSummary(
  { templateId, name, version, inputs, passes, createdAt, updatedAt }: TemplateRecord,
  rollout: Rollout | undefined,
): TemplateSummary {
  return {
    templateId,
    name,
    version,
    inputs: [...inputs],
    passes,
    createdAt,
    lastUpdated: updatedAt,
    ...(rollout && { rollout }),
  }
}

/** A template as the API returns one. */
export function toApiTemplate(record: TemplateRecord, rollout: Rollout | undefined): Template {
  return { ...toTemplateSummary(record, rollout), pass: { ...record.pass } }
}
