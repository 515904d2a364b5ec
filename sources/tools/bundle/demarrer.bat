@echo off
rem Installe le cours la premiere fois, puis l'ouvre dans JupyterLab.
chcp 65001 >nul
cd /d "%~dp0"
set "PYTHON=python"
rem Regarde quelles versions sont la, sans que py en installe une autre.
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
for %%v in (3.11 3.12 3.15 3.13 3.14) do (
    py -%%v --version >nul 2>nul && set "PYTHON=py -%%v"
)
set "PYTHON_MANAGER_AUTOMATIC_INSTALL="
%PYTHON% demarrer.py %*
if errorlevel 1 pause
