"""What the CRM has, as User.com answers it: deals, pipelines, activities, products and notes."""
