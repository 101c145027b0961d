import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type BookingView, ListCustomerBookingsQuery } from '../../contracts/index.js';
import { BookingViews } from '../../infrastructure/booking-views.repository.js';

@QueryHandler(ListCustomerBookingsQuery)
export class ListCustomerBookingsHandler implements IQueryHandler<ListCustomerBookingsQuery> {
  constructor(private readonly views: BookingViews) {}

  execute({ customerId }: ListCustomerBookingsQuery): Promise<BookingView[]> {
    return this.views.ofCustomer(customerId);
  }
}
