"""Fault reports: what somebody of a customer's team tells the operator of the installation, and what becomes of it.

Read faults.py (a report and its reporter), deadlines.py (by when), operating.py (what the operator does), then telling.py.
"""
