// What names a file by its content, and is its ETag.

import { createHash } from 'node:crypto';

export const hash = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
