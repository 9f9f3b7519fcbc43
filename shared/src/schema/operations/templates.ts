import { routes } from '@passwright/shared'
import { z } from 'zod'
import {
  AppliedTemplate,
  normalizeTemplateRequest,
  Template,
  TemplateChange,
  TemplateRequest,
  TemplateSummary,
} from '../template.ts'
import { bodyProblems, defineOperation, keyProblems } from './operation.ts'
import { NoQuery } from './query.ts'

const writeProblems = [...bodyProblems, 'engine_cannot', 'template_exists', ...keyProblems] as const
const oneProblems = ['invalid_request', 'not_found', ...keyProblems] as const

/** Templates: passes with placeholders, designed once and filled in by values. */
export const templateOperations = {
  createTemplate: defineOperation({
    route: routes.createTemplate,
    summary: 'Create a template',
    auth: 'apiKey',
    scope: 'templates',
    query: NoQuery,
    body: TemplateRequest,
    normalize: normalizeTemplateRequest,
    replies: { 201: { description: 'The template was created.', body: { json: Template } } },
    problems: [...writeProblems, 'too_many_templates'],
  }),
  listTemplates: defineOperation({
    route: routes.listTemplates,
    summary: 'List templates by name',
    auth: 'apiKey',
    scope: 'templates',
    query: NoQuery,
    replies: {
      200: {
        description: 'All templates, without their passes.',
        body: { json: z.strictObject({ templates: z.array(TemplateSummary) }) },
      },
    },
    largeReply: true,
    problems: ['invalid_request', 'overloaded', ...keyProblems],
  }),
  getTemplate: defineOperation({
    route: routes.getTemplate,
    summary: 'Get a template, and how far it is applied',
    auth: 'apiKey',
    scope: 'templates',
    query: NoQuery,
    replies: { 200: { description: 'The template.', body: { json: Template } } },
    largeReply: true,
    problems: ['overloaded', ...oneProblems],
  }),
  updateTemplate: defineOperation({
    route: routes.updateTemplate,
    summary: 'Replace a template, as its next version',
    auth: 'apiKey',
    scope: 'templates',
    query: NoQuery,
    body: TemplateChange,
    normalize: normalizeTemplateRequest,
    replies: { 200: { description: 'The template is up to date.', body: { json: Template } } },
    problems: [...writeProblems, 'not_found', 'precondition_failed'],
  }),
  deleteTemplate: defineOperation({
    route: routes.deleteTemplate,
    summary: 'Delete a template; its passes stay as they are',
    auth: 'apiKey',
    scope: 'templates',
    query: NoQuery,
    replies: { 204: { description: 'The template is deleted.', body: {} } },
    problems: [...oneProblems, 'precondition_failed'],
  }),
  applyTemplate: defineOperation({
    route: routes.applyTemplate,
    summary: 'Make every pass of a template anew from its present version',
    auth: 'apiKey',
    scope: 'templates',
    query: NoQuery,
    replies: {
      202: {
        description: 'It has begun; GET the template to see how far it is.',
        body: { json: AppliedTemplate },
      },
    },
    problems: oneProblems,
  }),
} as const
