import { Global, Module } from '@nestjs/common';
import { Settings } from '#libs/config';
import { DataKeyStore } from './data-key-store.js';
import { DataKeys } from './data-keys.js';
import { EpochKeys } from './epoch-keys.js';
import { FieldCipher } from './field-cipher.js';
import { KeyBell } from './key-bell.js';
import { Keyring } from './keyring.js';
import { KeyRotation } from './key-rotation.js';
import { LegacyBox } from './legacy-box.js';
import { Resealer } from './resealer.js';
import { SealedTables } from './sealed-tables.js';
import { SystemCipher } from './system-cipher.js';

/** Envelope encryption of single columns, for everyone. */
@Global()
@Module({
  providers: [
    { provide: Keyring, useFactory: (settings: Settings) => Keyring.of(settings), inject: [Settings] },
    { provide: LegacyBox, useFactory: (settings: Settings) => LegacyBox.of(settings), inject: [Settings] },
    KeyBell,
    DataKeyStore,
    DataKeys,
    FieldCipher,
    SystemCipher,
    EpochKeys,
    SealedTables,
    Resealer,
    KeyRotation,
  ],
  exports: [Keyring, DataKeyStore, DataKeys, FieldCipher, SystemCipher, EpochKeys, SealedTables, KeyRotation],
})
export class EncryptionModule {}
