import type {
  IAuthenticateGeneric,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  INodeProperties,
} from 'n8n-workflow'

/** The base URL of a Passwright service and an API key for it. */
export class PasswrightApi implements ICredentialType {
  name = 'passwrightApi'

  displayName = 'Passwright API'

  icon: Icon = { light: 'file:../icons/passwright.svg', dark: 'file:../icons/passwright.dark.svg' }

  documentationUrl = 'https://passwright.example/n8n#credentials'

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'http://localhost:3000',
      placeholder: 'e.g. https://passes.example.com',
      required: true,
      description:
        'The URL of your Passwright service, with http:// or https://. If n8n runs in a container, localhost is that container: use the host name of the service instead, such as http://passwright:3000.',
    },
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'e.g. pw_live_…',
      required: true,
      description:
        'The service prints one when it starts for the first time. To create another, run "npm run -s passwright -- keys create --name n8n".',
    },
    {
      displayName: 'Ignore SSL Issues (Insecure)',
      name: 'ignoreSslIssues',
      type: 'boolean',
      default: false,
      description:
        'Whether to connect even if the TLS certificate of the service cannot be verified, such as a self-signed one',
    },
  ]

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: {
      headers: { Authorization: '=Bearer {{$credentials.apiKey}}' },
    },
  }

  // n8n's type allows rules of one kind only, but n8n evaluates each rule on its own.
  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "")}}',
      url: '/api/auth/usage',
      skipSslCertificateValidation: '={{$credentials.ignoreSslIssues}}' as unknown as boolean,
    },
    rules: [
      ...[
        [
          401,
          'The API key is not valid. Check it, or create another: npm run -s passwright -- keys create --name n8n',
        ],
        [
          404,
          'The server at this Base URL is not a Passwright service. Check the host, port and path.',
        ],
        [
          503,
          'The service is not ready: it is starting or stopping, or it cannot reach its database. Open /ready on the service for the reason.',
        ],
      ].map(([value, message]) => ({ type: 'responseCode', properties: { value, message } })),
      {
        type: 'responseSuccessBody',
        properties: {
          key: 'plan',
          value: undefined,
          message:
            'The server at this Base URL is not a Passwright service. Check the host, port and path.',
        },
      },
    ] as ICredentialTestRequest['rules'],
  }
}
