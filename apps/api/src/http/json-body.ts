import { isDeeperThan, mostLevels, TangentError } from '@tangent/contracts';
import type { FastifyInstance } from 'fastify';

/**
 * JSON only; an empty body is no body, whatever its Content-Type says. Names such as __proto__ are refused, and values
 * that are nested too deep.
 */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else
      parse(request, body as string, (error, value) => {
        if (!error && isDeeperThan(mostLevels, value))
          done(
            new TangentError(
              'malformed-body',
              `The JSON of the body is nested deeper than ${mostLevels} levels; nothing here takes that.`,
            ),
          );
        else done(error, value);
      });
  });
}
