from django.contrib import admin

from .models import Customer, Order, Tag


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ['name', 'balance', 'born', 'active']
    list_filter = ['active', 'tags', 'created']
    search_fields = ['name', 'email', 'orders__slug']
    date_hierarchy = 'created'


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ['customer', 'total', 'placed']
    list_filter = ['status', 'customer']
    search_fields = ['customer__name']
    date_hierarchy = 'placed'


admin.site.register(Tag)
