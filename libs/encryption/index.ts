export * from './data-keys.js';
export { type DataKeyRow, DataKeyStore, SYSTEM_REALM } from './data-key-store.js';
export * from './encryption.module.js';
export * from './errors.js';
export { FieldCipher, type FieldPlace, type SealedField } from './field-cipher.js';
export * from './keyring.js';
export { EpochKeys } from './epoch-keys.js';
export { SystemCipher } from './system-cipher.js';
