<<<<<<<< HEAD:panel/dist/assets/mark-BBcX9xqr.js
import{J as e,dn as t}from"./first-nSoi-sB4.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=t();function i({small:t=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":t||void 0,"aria-hidden":`true`,children:(0,r.jsx)(e,{size:t?14:20})})}export{i as t};
========
import{J as e,dn as t}from"./first-Cm1RjOdq.js";import{t as n}from"./companies.module-CfIZkXfF.js";var r=t();function i({small:t=!1}){return(0,r.jsx)(`span`,{className:n.mark,"data-small":t||void 0,"aria-hidden":`true`,children:(0,r.jsx)(e,{size:t?14:20})})}export{i as t};
>>>>>>>> b52f630 (Saved views stand in the sidebar with their counts; one decision is made for many conversations over REST, and taken back):panel/dist/assets/mark-CxnhCcyR.js
