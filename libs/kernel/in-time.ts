/**
 * What `work` answers, or a failure when that took longer than `ms`. A process that was busy itself looks at what has come in before
 * it calls it late: its own pause is no fault of who was asked.
 */
export const inTime = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  let look: NodeJS.Immediate | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    // Timers come before what the sockets have; an immediate comes after it.
    timer = setTimeout(() => {
      look = setImmediate(() => reject(new Error(`no answer in ${ms} ms`)));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    clearImmediate(look);
  }
};
