"""A small invented file in each known layout, and what it says by hand."""
# ruff: noqa: E501  (titles as shops write them)

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rfm_helpers.catalog.profiles import load_profiles

#: Ana: two orders, the last one ten days before; Bob: one order, thirty days before. What else a
#: file holds (a refused payment, a basket given up, a second line…) changes none of it.
EXPECTED = {"ana": (10, 2, 70.0), "bob": (30, 1, 20.0)}
AS_OF = {
    name: dt.date(1997, 4, 11) if name.startswith("cdnow") else dt.date(2025, 4, 11)
    for name in load_profiles()
}
FILES = {
    "shopify": """
Name,Email,Financial Status,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price
#1,ana,paid,50.00,2025-03-02 10:00:00 +0100,1,Sac,30.00
#1,ana,,,2025-03-02 10:00:00 +0100,2,Gants,10.00
#2,ana,partially_refunded,20.00,2025-04-01 23:30:00 +0200,1,Sac,20.00
#3,bob,paid,20.00,2025-03-12 10:00:00 +0100,1,Sac,20.00
#4,bob,voided,99.00,2025-04-02 10:00:00 +0200,1,Sac,99.00
""",
    "woocommerce_orders": """
order_id,order_number,order_date,status,order_total,customer_id,billing_email
1,1,2025-03-02 10:00:00,completed,50.00,7,ana
2,2,2025-04-01 10:00:00,processing,20.00,7,ana
3,3,2025-03-12 10:00:00,completed,20.00,0,bob
4,4,2025-04-02 10:00:00,on-hold,99.00,0,bob
""",
    "woocommerce_items": """
order_id,order_date,status,order_total,billing_email,item_name,item_quantity,item_total
1,2025-03-02 10:00:00,completed,50.00,ana,Sac,1,30.00
1,2025-03-02 10:00:00,completed,50.00,ana,Gants,2,20.00
2,2025-04-01 10:00:00,completed,20.00,ana,Sac,1,20.00
3,2025-03-12 10:00:00,completed,20.00,bob,Sac,1,20.00
4,2025-04-02 10:00:00,cancelled,99.00,bob,Sac,1,99.00
""",
    "woocommerce_advanced": """
Order Number,Order Status,Order Date,Email (Billing),Item Name,Order Total Amount
1,Completed,2025-03-02 10:00,ana,Sac,50.00
1,Completed,2025-03-02 10:00,ana,Gants,50.00
2,Processing,2025-04-01 10:00,ana,Sac,20.00
3,Completed,2025-03-12 10:00,bob,Sac,20.00
4,Failed,2025-04-02 10:00,bob,Sac,99.00
""",
    "woocommerce_analytics": """
Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Product(s),Items sold,Coupon(s),N. Revenue
2025-03-02 10:00:00,1,50,completed,ana,new,Sac,1,,50
2025-04-01 10:00:00,2,20,processing,ana,returning,Sac,1,,20
2025-03-12 10:00:00,3,20,completed,bob,new,Sac,1,,20
2025-04-02 10:00:00,4,99,pending,bob,returning,Sac,1,,99
""",
    "prestashop": """
ID;Référence;Nouveau client;Livraison;Client;Total;Paiement;État;Date
1;ABCD;1;France;ana;"50,00 €";Carte;Livré;2025-03-02 10:00:00
2;ABCE;0;France;ana;"20,00 €";Chèque;Paiement accepté;2025-04-01 10:00:00
3;ABCF;1;France;bob;"20,00 €";Carte;Expédié;2025-03-12 10:00:00
4;ABCG;0;France;bob;"99,00 €";Carte;Erreur de paiement;2025-04-02 10:00:00
5;ABCH;0;France;bob;"99,00 €";Chèque;En attente de paiement par chèque;2025-04-03 10:00:00
""",
    "prestashop_english": """
ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date
1;ABCD;1;France;ana;€50.00;Card;Delivered;2025-03-02 10:00:00
2;ABCE;0;France;ana;€20.00;Card;Payment accepted;2025-04-01 10:00:00
3;ABCF;1;France;bob;€20.00;Card;Shipped;2025-03-12 10:00:00
4;ABCG;0;France;bob;€99.00;Card;Canceled;2025-04-02 10:00:00
""",
    "prestashop_table": """
id_order,reference,id_customer,current_state,total_paid_tax_incl,date_add
1,ABCD,ana,5,50.000000,2025-03-02 10:00:00
2,ABCE,ana,2,20.000000,2025-04-01 10:00:00
3,ABCF,bob,4,20.000000,2025-03-12 10:00:00
4,ABCG,bob,6,99.000000,2025-04-02 10:00:00
""",
    "prestashop_lines": """
id_order;reference;date_add;id_customer;email;total_paid_tax_incl;product_name;product_quantity
1;ABCD;2025-03-02 10:00:00;ana;a@ex.fr;50.000000;Sac;1
1;ABCD;2025-03-02 10:00:00;ana;a@ex.fr;50.000000;Gants;2
2;ABCE;2025-04-01 10:00:00;ana;a@ex.fr;20.000000;Sac;1
3;ABCF;2025-03-12 10:00:00;bob;b@ex.fr;20.000000;Sac;1
""",
    "magento": """
ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),Status,Customer Email
000001,Main,"Mar 2, 2025 10:00:00 AM",A,A,50.00,50.00,complete,ana
000002,Main,"Apr 1, 2025 10:00:00 AM",A,A,20.00,20.00,processing,ana
000003,Main,"Mar 12, 2025 10:00:00 AM",B,B,20.00,20.00,complete,bob
000004,Main,"Apr 2, 2025 10:00:00 AM",B,B,99.00,99.00,closed,bob
""",
    "magento_names": """
ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base),Grand Total (Purchased),Status
000001,Main,2025-03-02 10:00:00,ana,A,50.00,50.00,Complete
000002,Main,2025-04-01 10:00:00,ana,A,20.00,20.00,Processing
000003,Main,2025-03-12 10:00:00,bob,B,20.00,20.00,Complete
000004,Main,2025-04-02 10:00:00,bob,B,99.00,99.00,Canceled
""",
    "odoo": """
Order Reference,Order Date,Customer,Salesperson,Total,Status
S00001,2025-03-02 10:00:00,ana,Zoé,50.00,Sales Order
S00002,2025-04-01 10:00:00,ana,Zoé,20.00,Sales Order
S00003,2025-03-12 10:00:00,bob,Zoé,20.00,Sales Order
S00004,2025-04-02 10:00:00,bob,Zoé,99.00,Quotation Sent
S00005,2025-04-03 10:00:00,Public user,Zoé,99.00,Sales Order
""",
    "odoo_lines": """
Order Reference,Order Date,Customer,Order Lines/Product,Order Lines/Subtotal
S00001,2025-03-02 10:00:00,ana,Sac,30.00
,,,Gants,20.00
S00002,2025-04-01 10:00:00,ana,Sac,20.00
S00003,2025-03-12 10:00:00,bob,Sac,20.00
""",
    "odoo_prices": """
Order Reference,Order Date,Customer,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price
S00001,2025-03-02 10:00:00,ana,Sac,1.0,30.00
,,,Gants,2.0,10.00
S00002,2025-04-01 10:00:00,ana,Sac,2.0,10.00
S00003,2025-03-12 10:00:00,bob,Sac,1.0,20.00
""",
    "odoo_french": """
Référence de commande;Date de la commande;Client;Vendeur;Total;Statut
S00001;2025-03-02 10:00:00;ana;Zoé;50,00;Bon de commande
S00002;2025-04-01 10:00:00;ana;Zoé;20,00;Bon de commande
S00003;2025-03-12 10:00:00;bob;Zoé;20,00;Bon de commande
S00004;2025-04-02 10:00:00;bob;Zoé;99,00;Devis envoyé
""",
    "odoo_french_lines": """
Référence de commande;Date de la commande;Client;Lignes de commande/Article;Lignes de commande/Sous-total
S00001;2025-03-02 10:00:00;ana;Sac;30,00
;;;Gants;20,00
S00002;2025-04-01 10:00:00;ana;Sac;20,00
S00003;2025-03-12 10:00:00;bob;Sac;20,00
""",
    "odoo_french_prices": """
Référence de la commande;Date de la commande;Client;Lignes de commande/Produit;Lignes de commande/Quantité;Lignes de commande/Prix unitaire
S00001;2025-03-02 10:00:00;ana;Sac;1,0;30,00
;;;Gants;2,0;10,00
S00002;2025-04-01 10:00:00;ana;Sac;2,0;10,00
S00003;2025-03-12 10:00:00;bob;Sac;1,0;20,00
""",
    "amazon": """
order-id|order-item-id|purchase-date|payments-date|buyer-email|sku|quantity-purchased|currency|item-price
405-1|11|2025-03-02T09:00:00+00:00|2025-03-02T09:00:00+00:00|ana|S1|2|EUR|30.00
405-1|12|2025-03-02T09:00:00+00:00|2025-03-02T09:00:00+00:00|ana|S2|1|EUR|20.00
405-2|13|2025-03-31T22:30:00+00:00|2025-03-31T22:30:00+00:00|ana|S1|1|EUR|20.00
405-3|14|2025-03-12T09:00:00+00:00|2025-03-12T09:00:00+00:00|bob|S1|1|EUR|20.00
""",
    "amazon_shipments": """
amazon-order-id|shipment-id|purchase-date|buyer-email|sku|quantity-shipped|currency|item-price
405-1|D1|2025-03-02T09:00:00+00:00|ana|S1|2|EUR|50.00
405-2|D2|2025-04-01T09:00:00+00:00|ana|S1|1|EUR|20.00
405-3|D3|2025-03-12T09:00:00+00:00|bob|S1|1|EUR|20.00
""",
    "square_items": """
Date,Time,Time Zone,Category,Item,Qty,Price Point Name,Gross Sales,Net Sales,Transaction ID,Event Type,Customer ID
2025-03-02,10:00:00,Paris,Cuir,Sac,1,Regular,$30.00,$30.00,T1,Payment,ana
2025-03-02,10:00:00,Paris,Cuir,Gants,2,Regular,$20.00,$20.00,T1,Payment,ana
2025-04-01,10:00:00,Paris,Cuir,Sac,1,Regular,$20.00,$20.00,T2,Payment,ana
2025-03-12,10:00:00,Paris,Cuir,Sac,1,Regular,$20.00,$20.00,T3,Payment,bob
2025-04-02,10:00:00,Paris,Cuir,Sac,1,Regular,$99.00,$99.00,T4,Payment,
""",
    "square": """
Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Transaction ID,Customer ID,Customer Name
2025-03-02,10:00:00,Paris,$50.00,$0.00,$50.00,$10.00,$2.00,$62.00,T1,ana,A
2025-04-01,10:00:00,Paris,$25.00,-$5.00,$20.00,$4.00,$0.00,$24.00,T2,ana,A
2025-03-12,10:00:00,Paris,$20.00,$0.00,$20.00,$4.00,$0.00,$24.00,T3,bob,B
""",
    "stripe": """
id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer ID,Customer Email
ch_1,,Payment complete.,2025-03-02 09:00,50.00,0.00,eur,Paid,cus_1,ana
ch_2,,Payment complete.,2025-03-31 22:30,20.00,0.00,eur,Paid,cus_1,ana
ch_3,,Payment complete.,2025-03-12 09:00,20.00,0.00,eur,Paid,,bob
ch_4,,Declined.,2025-04-02 09:00,99.00,0.00,eur,Failed,,bob
ch_5,,Payment complete.,2025-04-03 09:00,99.00,99.00,eur,Refunded,,bob
""",
    "stripe_dates": """
id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer Email
ch_1,2025-03-02 09:00:00,50.00,0.00,eur,true,Paid,ana
ch_2,2025-03-31 22:30:00,20.00,0.00,eur,true,Paid,ana
ch_3,2025-03-12 09:00:00,20.00,0.00,eur,true,Paid,bob
ch_4,2025-04-02 09:00:00,99.00,0.00,eur,false,requires_payment_method,bob
""",
    "uci_online_retail": """
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,HEART,10,3/2/2025 8:26,3.00,ana,France
536365,71053,LANTERN,4,3/2/2025 8:26,5.00,ana,France
536366,85123A,HEART,8,4/1/2025 9:00,2.50,ana,France
536367,85123A,HEART,8,3/13/2025 9:00,0.00,bob,France
536368,85123A,HEART,8,3/12/2025 9:00,2.50,bob,France
536369,85123A,HEART,9,4/2/2025 9:00,11.00,,France
""",
    "uci_online_retail_2": """
Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
489434,85048,HEART,20,2025-03-02 07:45:00,2.50,ana,France
489435,85048,HEART,8,2025-04-01 07:45:00,2.50,ana,France
489436,85048,HEART,8,2025-03-12 07:45:00,2.50,bob,France
""",
    "cdnow": """
 00001 19970302  1   50.00
 00001 19970401  1   20.00
 00002 19970312  2   20.00
""",
    "cdnow_sample": """
masterid,sampleid,date,cds,sales
ana,1,19970302,2,50.00
ana,1,19970401,1,20.00
bob,2,19970312,1,20.00
""",
    "olist_payments": """
order_id,customer_id,customer_unique_id,order_status,order_purchase_timestamp,payment_sequential,payment_value
o1,c1,ana,delivered,2025-03-02 10:00:00,1,30.00
o1,c1,ana,delivered,2025-03-02 10:00:00,2,20.00
o2,c2,ana,shipped,2025-04-01 10:00:00,1,20.00
o3,c3,bob,delivered,2025-03-12 10:00:00,1,20.00
o4,c4,bob,unavailable,2025-04-02 10:00:00,1,99.00
""",
    "olist_items": """
order_id,customer_unique_id,order_status,order_purchase_timestamp,order_item_id,price,freight_value
o1,ana,delivered,2025-03-02 10:00:00,1,30.00,5.00
o1,ana,delivered,2025-03-02 10:00:00,2,20.00,5.00
o2,ana,delivered,2025-04-01 10:00:00,1,20.00,5.00
o3,bob,delivered,2025-03-12 10:00:00,1,20.00,5.00
o4,bob,canceled,2025-04-02 10:00:00,1,99.00,5.00
""",
    "superstore": """
Row ID,Order ID,Order Date,Ship Date,Ship Mode,Customer ID,Customer Name,Product ID,Sales,Quantity,Discount,Profit
1,CA-1,3/2/2025,3/5/2025,First Class,ana,A,P1,30.00,2,0,5.10
2,CA-1,3/2/2025,3/5/2025,First Class,ana,A,P2,20.00,1,0,5.20
6,CA-4,3/13/2025,3/15/2025,First Class,bob,B,P4,0.00,1,0,0.00
3,CA-2,4/1/2025,4/5/2025,First Class,ana,A,P1,20.00,1,0,5.30
4,CA-3,3/12/2025,3/15/2025,First Class,bob,B,P1,18.00,1,0,5.40
5,CA-3,3/12/2025,3/25/2025,First Class,bob,B,P3,2.00,1,0,5.50
""",
    "rfm_orders": """
customer_id,order_date,revenue
ana,2025-03-02,30
ana,2025-03-02,20
ana,2025-04-01,20
bob,2025-03-12,20
""",
    "amazon_all_orders": """
amazon-order-id|merchant-order-id|purchase-date|last-updated-date|order-status|sku|item-status|quantity|item-price
405-1||2025-03-02T09:00:00+00:00|2025-03-02T09:00:00+00:00|Shipped|S1|Shipped|1|50.00
""",
    "square_anonymous": """
Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID
2025-03-02,10:00:00,Paris,$50.00,$0.00,$50.00,$10.00,T1,P1
""",
    "sumup": """
Account,Date,Time,Type,Transaction ID,Receipt Number,Payment Method,Quantity,Description,Currency,Price (Gross),Price (Net),Tax
a@b.ch,02.03.25,10:00,Sales,TEG1,S1,Card,1,Sac,CHF,50.00,46.30,3.70
""",
    "brevo": """
CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;SMS;ADDED_TIME;MODIFIED_TIME
1;ana@ex.fr;A;Ana;;02-03-2025 10:00:00;02-03-2025 10:00:00
""",
    "olist_orders": """
order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_estimated_delivery_date
o1,c1,delivered,2025-03-02 10:00:00,2025-03-02 11:00:00,2025-03-12 00:00:00
""",
    "rfm_customers": """
customer_id,revenue,most_recent_visit,number_of_orders,recency_days
ana,70,2025-04-01,2,10
""",
}
for _kind in ("odoo_french", "odoo_french_lines"):
    FILES[f"{_kind}_16"] = FILES[_kind].replace("Référence de commande", "Référence de la commande")
USABLE = [name for name, profile in load_profiles().items() if not profile.needs]


def written(folder: Path, name: str) -> Path:
    """A file in a layout; the tabs of Amazon's are bars here."""
    text = FILES[name].removeprefix("\n")
    path = folder / f"{name}.csv"
    path.write_text(text.replace("|", "\t"), encoding="utf-8")
    return path
