import type {
  IAuthenticateGeneric,
  ICredentialTestRequest,
  ICredentialType,
  Icon,
  INodeProperties,
} from 'n8n-workflow'

/** Where the service is and the key to it. */
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
        'Where your Passwright service is, with http:// or https://. If n8n runs in a container, localhost is that container: name the service instead, such as http://passwright:3000.',
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
        'The first start of the service prints one; "npm run -s passwright -- keys create --name n8n" makes another',
    },
    {
      displayName: 'Ignore SSL Issues (Insecure)',
      name: 'ignoreSslIssues',
      type: 'boolean',
      default: false,
      description:
        'Whether to connect even if the certificate of the service cannot be checked, such as a self-signed one',
    },
  ]

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: {
      headers: { Authorization: '=Bearer {{$credentials.apiKey}}' },
    },
  }

  // n8n's type allows only one kind of rule at a time; what reads them looks at each rule by itself.
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
          'The service does not know this API key. Copy it once more, or make one: npm run -s passwright -- keys create --name n8n',
        ],
        [
          404,
          'Something answers at this Base URL, but it is not a Passwright service. Check host, port and path.',
        ],
        [
          503,
          'The service is there but not ready: it is starting or stopping, or its database cannot be reached. Its address /ready says why.',
        ],
      ].map(([value, message]) => ({ type: 'responseCode', properties: { value, message } })),
      {
        type: 'responseSuccessBody',
        properties: {
          key: 'plan',
          value: undefined,
          message:
            'Something answers at this Base URL, but it is not a Passwright service. Check host, port and path.',
        },
      },
    ] as ICredentialTestRequest['rules'],
  }
}
