"""What a country would take: the traffic of all practices, a model of the cluster that answers it, and what was measured.

`python -m tests.country` prints the tables of the page `simulator/mzsim/manual/country.md`. No part of the product.
"""
