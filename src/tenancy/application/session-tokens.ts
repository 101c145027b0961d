export interface Client {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
  /** Life of the access token in seconds. */
  expiresIn: number;
}
