import type {
  ICredentialDataDecryptedObject,
  ICredentialType,
  Icon,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow'
import { cleanApiKey } from '../nodes/Passwright/shared/apiKey'

/** The base URL of a Passwright service and an API key for it; the node Passwright tests it. */
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
      hint: 'Use https:// unless the service runs on this machine or in your private network: every request holds the API key',
      description:
        'The URL of your Passwright service. If n8n runs in a container, localhost is that container: use the host name of the service instead, such as http://passwright:3000.',
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
        'The service prints one when it starts for the first time. To create another, run "npm run -s passwright -- keys create --name n8n --plan unlimited".',
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

  async authenticate(
    { apiKey }: ICredentialDataDecryptedObject,
    request: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    const headers = { ...request.headers, Authorization: `Bearer ${cleanApiKey(apiKey)}` }
    // n8n's own HTTP Request node may use this credential too, and follows redirects.
    return { ...request, headers, sendCredentialsOnCrossOriginRedirect: false }
  }
}
