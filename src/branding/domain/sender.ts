export interface Smtp {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls';
  readonly username: string | null;
}

export interface SenderFields {
  readonly fromName: string | null;
  readonly fromAddress: string | null;
  readonly replyTo: string | null;
  readonly smtp: Smtp | null;
}

export interface Sender extends SenderFields {
  readonly hasPassword: boolean;
  /** 0 before anything was set. */
  readonly version: number;
}

export const NO_SENDER: Sender = {
  fromName: null,
  fromAddress: null,
  replyTo: null,
  smtp: null,
  hasPassword: false,
  version: 0,
};

/** The part behind the last @. */
export const hostOfAddress = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
