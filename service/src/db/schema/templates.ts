/** Templates, the passes that are made from them, and applying them. */
export interface TemplateTables {
  template: TemplateTable
  template_version: TemplateVersionTable
  pass_filling: PassFillingTable
  rollout: RolloutTable
}

/** A template; its texts are those of its versions. */
interface TemplateTable {
  id: string
  key_id: string
  /** One of a key's templates has it, but for those that are deleted. */
  name: string
  /** The present version. */
  version: number
  /** How many living passes are made from it, of whatever version. */
  passes: number
  created_at: string
  updated_at: string
  deleted_at: string | null
}

/** A version of a template that is the present one, or that a pass was made from. */
interface TemplateVersionTable {
  template_id: string
  version: number
  /** The inputs as JSON. */
  inputs: string
  /** The body with placeholders as JSON. */
  pass: string
}

/** What a pass of a template was filled in with. */
interface PassFillingTable {
  serial_number: string
  /** Its values, what was set beside them and what was adjusted, as JSON. */
  filling: string
}

/** How far a version of a template has been applied to its passes. */
interface RolloutTable {
  template_id: string
  version: number
  /** `running` or `done`. */
  state: string
  total: number
  done: number
  failed: number
  /** The first failures as JSON, each with its serial number and reason. */
  failures: string
  /** The last pass that was counted: when it was made, and its serial number. */
  position: string
  /** The job that goes on from there. */
  job_id: string
  started_at: string
}
