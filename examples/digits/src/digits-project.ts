import type { Client } from '@tangent/client';
import type { Operation } from '@tangent/contracts';

/** Settings as the API takes them: what is left out has its default. */
export type Settings = NonNullable<Parameters<Client['createProject']>[0]['body']['settings']>;

/** A project of images with the ten digits as classes, each under its own key. */
export async function createDigitsProject(client: Client, name: string, settings: Settings): Promise<string> {
  const classes = Array.from({ length: 10 }, (_, digit) => ({
    key: String(digit),
    name: String(digit),
    hotkey: String(digit),
  }));
  const { id } = await client.createProject({ body: { name, type: 'image', classes, settings } });
  return id;
}

/**
 * Uploads an archive and waits until all of it is in the project; what the project has already is passed over. Throws
 * when a row could not be read.
 */
export async function importDigits(
  client: Client,
  projectId: string,
  zip: Blob,
  onProgress: (numRead: number) => void = () => undefined,
): Promise<Operation> {
  const { id: operationId } = await client.uploadImport({
    params: { projectId },
    file: zip,
    fileName: 'digits.zip',
  });
  for (;;) {
    const operation = await client.getOperation({ params: { operationId } });
    onProgress(operation.counts.read);
    if (operation.status === 'done' && operation.counts.failed === 0) return operation;
    if (operation.status !== 'running')
      throw new Error(
        `the import ${operationId} ended as ${operation.status}: ${JSON.stringify(operation.errors.slice(0, 3))}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
