/** Requests to the signaling server. Every one has a time limit; a refusal is an error with the server's own sentence. */

import { text } from '../text/en.js';

const TIMEOUT_MS = 10_000;

/** The server refused, or was not reached (status 0). */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the JSON answer, or null when there is none
 * @throws {HttpError}
 */
export async function request(path, { method = 'GET', body, signal } = {}) {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new HttpError(0, text.server.notReached);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    throw new HttpError(response.status, answer?.message ?? text.server.refused(response.status));
  }
  return answer;
}
