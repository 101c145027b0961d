export * from './referral.commands.js';
