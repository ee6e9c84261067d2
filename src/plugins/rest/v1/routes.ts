import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { answerProblems, readJsonOnly } from '../http.js';
import type { RestNeeds } from '../needs.js';
import { Refusal } from '../refusal.js';
import { addDiagnosisRoutes } from './diagnosis-routes.js';
import { addPictureRoutes } from './picture-routes.js';
import { addRecordingRoutes } from './recording-routes.js';
import { addServerRoutes } from './server-routes.js';
import { addSessionRoutes } from './session-routes.js';
import { addStreamRoutes } from './stream-routes.js';
import { addTranscoderRoutes } from './transcoder-routes.js';

const description = `The administration of a Sluice server. Lists come in pages; whatever goes wrong is told as a problem (RFC 9457).
Without \`admin.tokens\` and \`admin.users\` the machine that the server runs on needs no credentials, and nobody else is let in.`;

/** The hash of the one style element that the scripts of Swagger UI put into their page (CSP level 3, section 2.3.1). */
const uiStyle = 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w=';

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 32"><text y="24" fill="#fff" font-family="sans-serif" font-size="26" font-weight="600">Sluice</text></svg>`;

/** Swagger UI's page lacks it, and phones then show a page as wide as a desktop's. */
const viewport = `const meta = document.createElement('meta');
meta.name = 'viewport';
meta.content = 'width=device-width, initial-scale=1';
document.head.append(meta);`;
/** There is one document, so nobody is to name another. */
const style = '.swagger-ui .topbar .download-url-wrapper { display: none; }';

/** `/api/v1`, its OpenAPI document at `/api/v1/openapi.json`, and a browser for it at `/api/docs`. */
export async function addApiRoutes(scope: FastifyInstance, needs: RestNeeds): Promise<void> {
  const { guard, log, version } = needs;
  guard.protect(scope, { preflight: '/api' });
  readJsonOnly(scope);
  answerProblems(scope, log);
  scope.setValidatorCompiler(validatorCompiler);
  scope.setSerializerCompiler(serializerCompiler);
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sluice', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          user: { type: 'http', scheme: 'basic' },
        },
      },
      security: [{}, { token: [] }, { user: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await scope.register(
    async (plain) => {
      const api = plain.withTypeProvider<ZodTypeProvider>();
      addStreamRoutes(api, needs);
      addPictureRoutes(api, needs);
      addDiagnosisRoutes(api, needs);
      addTranscoderRoutes(api, needs);
      addSessionRoutes(api, needs);
      addRecordingRoutes(api, needs);
      addServerRoutes(api, needs);
      api.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
        reply.type('application/json; charset=utf-8').send(JSON.stringify(scope.swagger())),
      );
    },
    { prefix: '/api/v1' },
  );
  await scope.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { displayRequestDuration: true },
    theme: {
      title: 'Sluice API',
      js: [{ filename: 'viewport.js', content: viewport }],
      css: [{ filename: 'sluice.css', content: style }],
    },
    logo: { type: 'image/svg+xml', content: Buffer.from(logo) },
    transformStaticCSP: (policy) => policy.replace("style-src 'self'", `style-src 'self' '${uiStyle}'`),
  });
  for (const url of ['/api', '/api/*']) {
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      schema: { hide: true },
      handler: () => {
        throw new Refusal(404, 'There is nothing here; /api/docs has what there is.');
      },
    });
  }
}
