export const brandingBodies = () => ({
  putBranding: {
    displayName: 'Salon',
    colors: { primary: '#0b6a5b', onPrimary: null, background: null, text: null },
    support: { email: 'a@salon.example', phone: '+380501234567', url: 'https://salon.example' },
    hidePoweredBy: false,
    customCss: '',
  },
  putLogo: { data: 'AAAA' },
  putFavicon: { data: 'AAAA' },
  putSender: {
    fromName: 'Salon',
    fromAddress: 'a@salon.example',
    replyTo: 'a@salon.example',
    smtp: {
      host: 'smtp.salon.example',
      port: 587,
      security: 'tls',
      username: 'salon',
      password: 'password',
    },
  },
  testSender: { to: 'a@salon.example' },
  addDomain: { name: 'salon.example' },
  reportCertificate: { state: 'active', notAfter: '2099-01-01T00:00:00Z', error: null },
});
