@echo off
rem Installe le cours la premiere fois, puis l'ouvre dans JupyterLab.
chcp 65001 >nul
cd /d "%~dp0"
set "PYTHON=python"
for %%v in (3.14 3.11 3.12 3.13) do (
    py -%%v --version >nul 2>nul && set "PYTHON=py -%%v"
)
%PYTHON% demarrer.py %*
if errorlevel 1 pause
